package main

import (
	"crypto/rand"
	"errors"
	"fmt"
)

// request is what a customer asks for. Money is in cents, weight in grams, distance in kilometres.
type request struct {
	WeightGrams int  `json:"weightGrams"`
	DistanceKm  int  `json:"distanceKm"`
	Express     bool `json:"express"`
}

type quote struct {
	ID         string `json:"id"`
	PriceCents int    `json:"priceCents"`
	request
}

const (
	baseCents      = 400
	centsPerKm     = 2
	expressPercent = 50
	maxWeightGrams = 30_000
	maxDistanceKm  = 20_000
	gramsPerClass  = 1_000
	centsPerClass  = 120
)

type tariff struct{ bug string }

var errInvalid = errors.New("invalid request")

func (t tariff) price(r request) (int, error) {
	switch {
	case r.WeightGrams < 1 || r.WeightGrams > maxWeightGrams:
		return 0, fmt.Errorf("%w: weightGrams must be 1 to %d", errInvalid, maxWeightGrams)
	case r.DistanceKm < 0 || r.DistanceKm > maxDistanceKm:
		return 0, fmt.Errorf("%w: distanceKm must be 0 to %d", errInvalid, maxDistanceKm)
	}
	// Every weight class that is begun counts in full.
	classes := (r.WeightGrams + gramsPerClass - 1) / gramsPerClass
	cents := baseCents + classes*centsPerClass + r.DistanceKm*centsPerKm
	if r.Express && t.bug != "free-express" {
		cents += cents * expressPercent / 100
	}
	return cents, nil
}

// newQuote prices the request. The quote's ID holds the request itself, so that any replica can answer for a quote
// that another one made, and none has to remember it.
func (t tariff) newQuote(r request) (quote, error) {
	cents, err := t.price(r)
	if err != nil {
		return quote{}, err
	}
	var serial [8]byte
	if _, err := rand.Read(serial[:]); err != nil {
		return quote{}, err
	}
	id := fmt.Sprintf(idFormat, r.WeightGrams, r.DistanceKm, r.Express, serial)
	return quote{ID: id, PriceCents: cents, request: r}, nil
}

const idFormat = "q-%d-%d-%t-%x"

// findQuote is the quote of that ID; false if this service cannot have made it.
func (t tariff) findQuote(id string) (quote, bool) {
	var r request
	var serial []byte
	if _, err := fmt.Sscanf(id, idFormat, &r.WeightGrams, &r.DistanceKm, &r.Express, &serial); err != nil || len(serial) != 8 {
		return quote{}, false
	}
	cents, err := t.price(r)
	return quote{ID: id, PriceCents: cents, request: r}, err == nil
}
