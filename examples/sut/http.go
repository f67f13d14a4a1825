package main

import (
	"encoding/json"
	"errors"
	"log"
	"net/http"
	"os"
	"sync/atomic"
)

type service struct {
	version string
	tariff  tariff
	faults  faults
	ready   atomic.Bool
}

func (s *service) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", s.healthz)
	mux.HandleFunc("GET /version", s.about)
	mux.HandleFunc("POST /api/quotes", s.createQuote)
	mux.HandleFunc("GET /api/quotes/{id}", s.getQuote)
	if s.faults.crashEndpoint {
		mux.HandleFunc("POST /crash", crash)
		mux.HandleFunc("POST /exhaust", exhaust)
	}
	return mux
}

func (s *service) healthz(w http.ResponseWriter, _ *http.Request) {
	if !s.ready.Load() {
		respond(w, http.StatusServiceUnavailable, map[string]string{"status": "not ready"})
		return
	}
	respond(w, http.StatusOK, map[string]string{"status": "ok"})
}

func (s *service) about(w http.ResponseWriter, _ *http.Request) {
	respond(w, http.StatusOK, map[string]string{"version": s.version})
}

func (s *service) createQuote(w http.ResponseWriter, r *http.Request) {
	var asked request
	decoder := json.NewDecoder(http.MaxBytesReader(w, r.Body, 64<<10))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&asked); err != nil {
		respond(w, http.StatusBadRequest, map[string]string{"error": "the body is not a quote request: " + err.Error()})
		return
	}
	made, err := s.tariff.newQuote(asked)
	if errors.Is(err, errInvalid) {
		respond(w, http.StatusUnprocessableEntity, map[string]string{"error": err.Error()})
		return
	}
	if err != nil {
		respond(w, http.StatusInternalServerError, map[string]string{"error": err.Error()})
		return
	}
	w.Header().Set("Location", "/api/quotes/"+made.ID)
	respond(w, http.StatusCreated, made)
}

func (s *service) getQuote(w http.ResponseWriter, r *http.Request) {
	found, known := s.tariff.findQuote(r.PathValue("id"))
	if !known {
		respond(w, http.StatusNotFound, map[string]string{"error": "no such quote"})
		return
	}
	respond(w, http.StatusOK, found)
}

func crash(http.ResponseWriter, *http.Request) {
	log.Print("asked to crash")
	os.Exit(7)
}

func exhaust(http.ResponseWriter, *http.Request) {
	log.Print("asked to take all memory")
	for {
		block := make([]byte, 1<<20)
		for i := 0; i < len(block); i += 4096 {
			block[i] = 1
		}
		held = append(held, block...)
	}
}

func respond(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	if err := json.NewEncoder(w).Encode(body); err != nil {
		log.Printf("answer not sent: %v", err)
	}
}
