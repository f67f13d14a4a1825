// Command testimages makes container images without a daemon and pushes them to a registry.
//
//	testimages build SPEC.json OUT.tar        write a docker-archive
//	testimages push IN.tar HOST/NAME:TAG      upload it; prints HOST/NAME@sha256:…
package main

import (
	"encoding/json"
	"fmt"
	"os"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
)

// spec is what images.ts writes; every path and mode is already decided there.
type spec struct {
	Name       string   `json:"name"`
	Layers     []layer  `json:"layers"`
	Env        []string `json:"env"`
	Entrypoint []string `json:"entrypoint"`
	Cmd        []string `json:"cmd"`
	User       string   `json:"user"`
	WorkingDir string   `json:"workingDir"`
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "testimages:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) == 3 && args[0] == "build" {
		return build(args[1], args[2])
	}
	if len(args) == 3 && args[0] == "push" {
		return push(args[1], args[2])
	}
	return fmt.Errorf("usage: testimages build SPEC.json OUT.tar | push IN.tar HOST/NAME:TAG")
}

func build(specPath, outPath string) error {
	text, err := os.ReadFile(specPath)
	if err != nil {
		return err
	}
	var s spec
	if err := json.Unmarshal(text, &s); err != nil {
		return fmt.Errorf("%s: %w", specPath, err)
	}
	tag, err := name.NewTag(s.Name)
	if err != nil {
		return err
	}
	image := v1.Image(empty.Image)
	for _, l := range s.Layers {
		built, err := l.build()
		if err != nil {
			return err
		}
		if image, err = mutate.AppendLayers(image, built); err != nil {
			return err
		}
	}
	config, err := image.ConfigFile()
	if err != nil {
		return err
	}
	config = config.DeepCopy()
	config.OS, config.Architecture = "linux", goarch
	config.Config = v1.Config{
		Env: s.Env, Entrypoint: s.Entrypoint, Cmd: s.Cmd, User: s.User, WorkingDir: s.WorkingDir,
	}
	if image, err = mutate.ConfigFile(image, config); err != nil {
		return err
	}
	return tarball.WriteToFile(outPath, tag, image)
}

func push(tarPath, target string) error {
	image, err := tarball.ImageFromPath(tarPath, nil)
	if err != nil {
		return fmt.Errorf("%s: %w", tarPath, err)
	}
	tag, err := name.NewTag(target, name.Insecure)
	if err != nil {
		return err
	}
	if err := remote.Write(tag, image); err != nil {
		return err
	}
	digest, err := image.Digest()
	if err != nil {
		return err
	}
	fmt.Println(tag.Context().Digest(digest.String()))
	return nil
}
