package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"strconv"
	"time"
)

// faults make a pod misbehave on purpose, so that the gate can be tried against every kind of bad revision.
// All are off unless their environment variable is set.
type faults struct {
	// QUOTES_START_DELAY=20s: nothing listens for that long.
	startDelay time.Duration
	// QUOTES_NEVER_READY=true: /healthz answers 503 for ever.
	neverReady bool
	// QUOTES_CRASH_AT_START=true: exits with code 1 before it listens.
	crashAtStart bool
	// QUOTES_ALLOCATE_MB=200: holds that much memory before it listens.
	allocateMB int
	// QUOTES_CRASH_ENDPOINT=true: POST /crash ends the process with code 7, POST /exhaust takes memory until it is killed.
	crashEndpoint bool
	// QUOTES_DRAIN_DELAY=3s: how long it still answers after SIGTERM.
	drainDelay time.Duration
}

func readFaults(env func(string) string) (faults, error) {
	f := faults{drainDelay: 3 * time.Second}
	return f, errors.Join(
		parse(env, "QUOTES_START_DELAY", &f.startDelay, time.ParseDuration),
		parse(env, "QUOTES_NEVER_READY", &f.neverReady, strconv.ParseBool),
		parse(env, "QUOTES_CRASH_AT_START", &f.crashAtStart, strconv.ParseBool),
		parse(env, "QUOTES_ALLOCATE_MB", &f.allocateMB, strconv.Atoi),
		parse(env, "QUOTES_CRASH_ENDPOINT", &f.crashEndpoint, strconv.ParseBool),
		parse(env, "QUOTES_DRAIN_DELAY", &f.drainDelay, time.ParseDuration),
	)
}

func parse[T any](env func(string) string, name string, target *T, read func(string) (T, error)) error {
	text := env(name)
	if text == "" {
		return nil
	}
	value, err := read(text)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	*target = value
	return nil
}

var held []byte

func (f faults) atStart(stop context.Context) error {
	if f.crashAtStart {
		return errors.New("cannot read the tariff table: no such tariff \"2026-winter\"")
	}
	if f.allocateMB > 0 {
		log.Printf("allocates %d MB", f.allocateMB)
		held = make([]byte, f.allocateMB<<20)
		for i := 0; i < len(held); i += 4096 {
			held[i] = 1
		}
	}
	select {
	case <-stop.Done():
		return errors.New("stopped while starting")
	case <-time.After(f.startDelay):
		return nil
	}
}
