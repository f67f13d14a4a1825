// Command quote-service is the example's system under test: it prices parcels.
//
// QUOTES_VERSION and QUOTES_BUG are part of the image (see Dockerfile): QUOTES_BUG=free-express makes the revision
// that the gate has to refuse.
package main

import (
	"context"
	"errors"
	"log"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	log.SetFlags(log.LUTC | log.Ldate | log.Ltime)
	faults, err := readFaults(os.Getenv)
	if err != nil {
		log.Fatalf("quote-service: %v", err)
	}
	if err := serve(faults); err != nil {
		log.Fatalf("quote-service: %v", err)
	}
}

func serve(faults faults) error {
	// The signals are ours from the first moment on: a pod that is deleted while it starts must end at once.
	stop, cancel := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer cancel()

	version := env("QUOTES_VERSION", "0.0.0-dev")
	log.Printf("quote-service %s starts", version)
	if err := faults.atStart(stop); err != nil {
		return err
	}
	service := &service{version: version, tariff: tariff{bug: env("QUOTES_BUG", "")}, faults: faults}
	service.ready.Store(!faults.neverReady)
	server := &http.Server{Addr: ":" + env("PORT", "8080"), Handler: service.routes(), ReadHeaderTimeout: 5 * time.Second}

	ended := make(chan error, 1)
	go func() { ended <- server.ListenAndServe() }()
	log.Printf("listens on %s", server.Addr)

	select {
	case err := <-ended:
		return err
	case <-stop.Done():
	}
	// Connections still arrive until every node has heard that this pod is going: answer them, then drain.
	log.Print("asked to stop: draining")
	service.ready.Store(false)
	time.Sleep(faults.drainDelay)
	drain, release := context.WithTimeout(context.Background(), 5*time.Second)
	defer release()
	if err := server.Shutdown(drain); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	log.Print("stopped")
	return nil
}

func env(name, fallback string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	return fallback
}
