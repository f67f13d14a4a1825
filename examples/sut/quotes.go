package main

import (
	"errors"
	"fmt"
	"sync"
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

// quoteBook keeps the newest quotes. Safe for concurrent use.
type quoteBook struct {
	tariff tariff

	mu     sync.Mutex
	nextID int
	byID   map[string]quote
	order  []string
}

const keptQuotes = 1000

func newQuoteBook(t tariff) *quoteBook {
	return &quoteBook{tariff: t, byID: map[string]quote{}}
}

func (b *quoteBook) add(r request) (quote, error) {
	cents, err := b.tariff.price(r)
	if err != nil {
		return quote{}, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.nextID++
	q := quote{ID: fmt.Sprintf("q-%d", b.nextID), PriceCents: cents, request: r}
	b.byID[q.ID] = q
	b.order = append(b.order, q.ID)
	if len(b.order) > keptQuotes {
		delete(b.byID, b.order[0])
		b.order = b.order[1:]
	}
	return q, nil
}

func (b *quoteBook) find(id string) (quote, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	q, found := b.byID[id]
	return q, found
}
