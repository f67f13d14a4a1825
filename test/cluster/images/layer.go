package main

import (
	"archive/tar"
	"bytes"
	"fmt"
	"io"
	"os"
	"path"
	"runtime"
	"sort"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
)

const goarch = runtime.GOARCH

type layer struct {
	Entries []entry `json:"entries"`
}

// entry has a path and exactly one of From, Content, Link, or Directory.
type entry struct {
	Path      string  `json:"path"`
	Mode      int64   `json:"mode"`
	From      string  `json:"from"`
	Content   *string `json:"content"`
	Link      string  `json:"link"`
	Directory bool    `json:"directory"`
}

// build is deterministic: sorted entries, no times, no owners. So the same inputs give the same digest.
func (l layer) build() (v1.Layer, error) {
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	for _, e := range withParents(l.Entries) {
		if err := e.write(w); err != nil {
			return nil, fmt.Errorf("%s: %w", e.Path, err)
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return tarball.LayerFromOpener(func() (io.ReadCloser, error) {
		return io.NopCloser(bytes.NewReader(out.Bytes())), nil
	})
}

func (e entry) write(w *tar.Writer) error {
	header := &tar.Header{Name: strings.TrimPrefix(e.Path, "/"), Mode: e.Mode, Format: tar.FormatPAX}
	var content []byte
	switch {
	case e.Directory:
		header.Typeflag, header.Name = tar.TypeDir, header.Name+"/"
	case e.Link != "":
		header.Typeflag, header.Linkname = tar.TypeSymlink, e.Link
	case e.From != "":
		read, err := os.ReadFile(e.From)
		if err != nil {
			return err
		}
		content = read
	case e.Content != nil:
		content = []byte(*e.Content)
	default:
		return fmt.Errorf("needs one of from, content, link, directory")
	}
	header.Size = int64(len(content))
	if err := w.WriteHeader(header); err != nil {
		return err
	}
	_, err := w.Write(content)
	return err
}

// withParents adds the directories that are only implied, so that their mode never depends on
// how a runtime fills the gap, and sorts parents before children.
func withParents(entries []entry) []entry {
	byPath := map[string]entry{}
	for _, e := range entries {
		e.Path = path.Clean("/" + e.Path)
		byPath[e.Path] = e
		for dir := path.Dir(e.Path); dir != "/"; dir = path.Dir(dir) {
			if _, known := byPath[dir]; !known {
				byPath[dir] = entry{Path: dir, Mode: 0o755, Directory: true}
			}
		}
	}
	all := make([]entry, 0, len(byPath))
	for _, e := range byPath {
		all = append(all, e)
	}
	sort.Slice(all, func(i, j int) bool { return all[i].Path < all[j].Path })
	return all
}
