// Command quote-testcar is the example's testcar: it drives quote-service over HTTP and writes JUnit.
//
//	TESTCAR_SUT_URL      address of the revision under test, given by the gate
//	TESTCAR_RESULTS_DIR  folder for JUnit files, given by the gate
//	TESTCAR_SHARD_INDEX  which part of the checks to run, from 0
//	TESTCAR_SHARD_COUNT  how many parts there are; both are given by the gate
//
// It exits 0 when every check passed, 1 when one failed and 2 when it could not run.
package main

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

func main() {
	os.Exit(run())
}

func run() int {
	sutURL := strings.TrimRight(os.Getenv("TESTCAR_SUT_URL"), "/")
	resultsDir := os.Getenv("TESTCAR_RESULTS_DIR")
	if sutURL == "" || resultsDir == "" {
		fmt.Fprintln(os.Stderr, "quote-testcar: TESTCAR_SUT_URL and TESTCAR_RESULTS_DIR must be set")
		return 2
	}
	fault, err := faultFrom(os.Getenv("QUOTE_TESTCAR_FAULT"))
	if err != nil {
		fmt.Fprintf(os.Stderr, "quote-testcar: %v\n", err)
		return 2
	}
	part, err := ownPart(checks, os.Getenv("TESTCAR_SHARD_INDEX"), os.Getenv("TESTCAR_SHARD_COUNT"))
	if err != nil {
		fmt.Fprintf(os.Stderr, "quote-testcar: %v\n", err)
		return 2
	}
	sut := &sut{url: sutURL, http: &http.Client{Timeout: 5 * time.Second}}
	if code, ended := fault.before(sut, resultsDir); ended {
		return code
	}

	fmt.Printf("tests %s, %d of %d checks\n", sutURL, len(part), len(checks))
	outcomes := runAll(part, sut, fault.pause)
	file := filepath.Join(resultsDir, "quotes.xml")
	if err := writeJUnit(file, outcomes); err != nil {
		fmt.Fprintf(os.Stderr, "quote-testcar: %v\n", err)
		return 2
	}
	return fault.after(exitCode(outcomes))
}

// ownPart gives every shard its share: each check belongs to exactly one of them. Without a count, all checks are ours.
func ownPart(checks []check, index, count string) ([]check, error) {
	if count == "" {
		return checks, nil
	}
	n, err := strconv.Atoi(count)
	if err != nil || n < 1 {
		return nil, fmt.Errorf("TESTCAR_SHARD_COUNT=%s: expected a number from 1", count)
	}
	own, err := strconv.Atoi(index)
	if err != nil || own < 0 || own >= n {
		return nil, fmt.Errorf("TESTCAR_SHARD_INDEX=%s: expected a number from 0 to %d", index, n-1)
	}
	var part []check
	for i, c := range checks {
		if i%n == own {
			part = append(part, c)
		}
	}
	return part, nil
}

func exitCode(outcomes []outcome) int {
	for _, o := range outcomes {
		if o.err != nil {
			return 1
		}
	}
	return 0
}

type check struct {
	group string
	name  string
	run   func(*sut) error
}

type outcome struct {
	check
	took time.Duration
	err  error
}

func runAll(checks []check, sut *sut, pause time.Duration) []outcome {
	outcomes := make([]outcome, 0, len(checks))
	for _, c := range checks {
		time.Sleep(pause)
		started := time.Now()
		err := attempt(c, sut)
		o := outcome{check: c, took: time.Since(started), err: err}
		outcomes = append(outcomes, o)
		word := "ok  "
		if err != nil {
			word = "FAIL"
		}
		fmt.Printf("%s %s: %s\n", word, c.group, c.name)
		if err != nil {
			fmt.Printf("     %v\n", err)
		}
	}
	return outcomes
}

func attempt(c check, sut *sut) (err error) {
	defer func() {
		if problem := recover(); problem != nil {
			err = errors.Join(err, fmt.Errorf("the check itself broke: %v", problem))
		}
	}()
	return c.run(sut)
}
