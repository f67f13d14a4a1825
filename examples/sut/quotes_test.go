package main

import "testing"

func TestPrice(t *testing.T) {
	cases := []struct {
		name  string
		bug   string
		asked request
		cents int
	}{
		{"base price and one weight class", "", request{WeightGrams: 1000, DistanceKm: 0}, 520},
		{"a begun weight class counts in full", "", request{WeightGrams: 1001, DistanceKm: 0}, 640},
		{"every kilometre counts", "", request{WeightGrams: 1000, DistanceKm: 100}, 720},
		{"express costs half as much again", "", request{WeightGrams: 1000, DistanceKm: 100, Express: true}, 1080},
		{"the bug forgets the express surcharge", "free-express", request{WeightGrams: 1000, DistanceKm: 100, Express: true}, 720},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got, err := tariff{bug: c.bug}.price(c.asked)
			if err != nil || got != c.cents {
				t.Errorf("price(%+v) = %d, %v; want %d", c.asked, got, err, c.cents)
			}
		})
	}
}

func TestQuoteIsFoundByItsID(t *testing.T) {
	rates := tariff{}
	made, err := rates.newQuote(request{WeightGrams: 2500, DistanceKm: 40, Express: true})
	if err != nil {
		t.Fatal(err)
	}
	if found, known := rates.findQuote(made.ID); !known || found != made {
		t.Errorf("findQuote(%q) = %+v, %t; want %+v", made.ID, found, known, made)
	}
	for _, id := range []string{"", "q-0", "q-1-2-true-", "q-99999-2-true-0011223344556677", "q-1-2-true-00"} {
		if found, known := rates.findQuote(id); known {
			t.Errorf("findQuote(%q) = %+v; want none", id, found)
		}
	}
}
