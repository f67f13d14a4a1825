package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
)

// sut is the service under test as its customers see it.
type sut struct {
	url  string
	http *http.Client
}

type answer struct {
	status int
	header http.Header
	body   []byte
}

func (s *sut) get(path string) (answer, error) {
	return s.send(http.MethodGet, path, nil)
}

func (s *sut) post(path, body string) (answer, error) {
	return s.send(http.MethodPost, path, bytes.NewBufferString(body))
}

func (s *sut) send(method, path string, body io.Reader) (answer, error) {
	request, err := http.NewRequest(method, s.url+path, body)
	if err != nil {
		return answer{}, err
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := s.http.Do(request)
	if err != nil {
		return answer{}, err
	}
	defer response.Body.Close()
	read, err := io.ReadAll(io.LimitReader(response.Body, 1<<20))
	return answer{response.StatusCode, response.Header, read}, err
}

// into checks the status and reads the JSON body.
func (a answer) into(wantedStatus int, target any) error {
	if a.status != wantedStatus {
		return fmt.Errorf("status %d instead of %d, body %q", a.status, wantedStatus, a.body)
	}
	if err := json.Unmarshal(a.body, target); err != nil {
		return fmt.Errorf("body is not the expected JSON: %w, body %q", err, a.body)
	}
	return nil
}
