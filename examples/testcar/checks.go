package main

import (
	"fmt"
	"net/http"
	"sync"
)

var checks = []check{
	{"service", "is healthy", isHealthy},
	{"service", "says its version", saysVersion},
	{"price", "of a small parcel", priceOf(`{"weightGrams":1000,"distanceKm":0}`, 520)},
	{"price", "counts a begun weight class in full", priceOf(`{"weightGrams":1001,"distanceKm":0}`, 640)},
	{"price", "counts every kilometre", priceOf(`{"weightGrams":1000,"distanceKm":100}`, 720)},
	{"price", "adds half for express", priceOf(`{"weightGrams":1000,"distanceKm":100,"express":true}`, 1080)},
	{"quote", "can be read again", quoteCanBeReadAgain},
	{"quote", "unknown is 404", unknownQuote},
	{"input", "without weight is refused", refused(`{"distanceKm":5}`, http.StatusUnprocessableEntity)},
	{"input", "too heavy is refused", refused(`{"weightGrams":30001}`, http.StatusUnprocessableEntity)},
	{"input", "unknown field is refused", refused(`{"weightGrams":1,"colour":"red"}`, http.StatusBadRequest)},
	{"input", "broken JSON is refused", refused(`{"weightGrams":`, http.StatusBadRequest)},
	{"load", "50 customers at once get 50 quotes", manyAtOnce},
}

type quote struct {
	ID         string `json:"id"`
	PriceCents int    `json:"priceCents"`
}

func isHealthy(s *sut) error {
	got, err := s.get("/healthz")
	if err != nil {
		return err
	}
	var health struct{ Status string }
	if err := got.into(http.StatusOK, &health); err != nil {
		return err
	}
	return equal("status", health.Status, "ok")
}

func saysVersion(s *sut) error {
	got, err := s.get("/version")
	if err != nil {
		return err
	}
	var about struct{ Version string }
	if err := got.into(http.StatusOK, &about); err != nil {
		return err
	}
	if about.Version == "" {
		return fmt.Errorf("the version is empty")
	}
	return nil
}

func priceOf(request string, cents int) func(*sut) error {
	return func(s *sut) error {
		made, err := s.quote(request)
		if err != nil {
			return err
		}
		return equal("priceCents", made.PriceCents, cents)
	}
}

func quoteCanBeReadAgain(s *sut) error {
	made, err := s.quote(`{"weightGrams":2500,"distanceKm":40}`)
	if err != nil {
		return err
	}
	got, err := s.get("/api/quotes/" + made.ID)
	if err != nil {
		return err
	}
	var read quote
	if err := got.into(http.StatusOK, &read); err != nil {
		return err
	}
	return equal("quote", read, made)
}

func unknownQuote(s *sut) error {
	got, err := s.get("/api/quotes/q-0")
	if err != nil {
		return err
	}
	return equal("status", got.status, http.StatusNotFound)
}

func refused(request string, status int) func(*sut) error {
	return func(s *sut) error {
		got, err := s.post("/api/quotes", request)
		if err != nil {
			return err
		}
		var reason struct{ Error string }
		if err := got.into(status, &reason); err != nil {
			return err
		}
		if reason.Error == "" {
			return fmt.Errorf("refused without a reason")
		}
		return nil
	}
}

func manyAtOnce(s *sut) error {
	const customers = 50
	var waiting sync.WaitGroup
	ids := make([]string, customers)
	errs := make([]error, customers)
	for i := range customers {
		waiting.Add(1)
		go func() {
			defer waiting.Done()
			made, err := s.quote(fmt.Sprintf(`{"weightGrams":%d,"distanceKm":%d}`, i+1, i))
			ids[i], errs[i] = made.ID, err
		}()
	}
	waiting.Wait()
	seen := map[string]bool{}
	for i, err := range errs {
		if err != nil {
			return fmt.Errorf("customer %d: %w", i, err)
		}
		seen[ids[i]] = true
	}
	return equal("different quotes", len(seen), customers)
}

func (s *sut) quote(request string) (quote, error) {
	got, err := s.post("/api/quotes", request)
	if err != nil {
		return quote{}, err
	}
	var made quote
	if err := got.into(http.StatusCreated, &made); err != nil {
		return quote{}, err
	}
	if location := got.header.Get("Location"); location != "/api/quotes/"+made.ID {
		return quote{}, fmt.Errorf("Location is %q for quote %q", location, made.ID)
	}
	return made, nil
}

func equal[T comparable](what string, got, want T) error {
	if got != want {
		return fmt.Errorf("%s is %v, expected %v", what, got, want)
	}
	return nil
}
