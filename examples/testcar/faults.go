package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// fault makes this testcar broken on purpose, so that the gate can be tried against every kind of broken testcar.
// QUOTE_TESTCAR_FAULT is empty in a real pipeline; else one of the names below, with a value after "=" where there is one.
type fault struct {
	name string
	code int
	// QUOTE_TESTCAR_FAULT=pause=2s: waits that long before each check.
	pause time.Duration
}

var faultNames = []string{
	"exit",       // exit=9: the checks run and their results are written, but the exit code is 9
	"no-results", // exits 0 and writes no file
	"no-tests",   // exits 0 and writes a suite without a test
	"garbage",    // exits 0 and writes a file that is not XML
	"cut",        // exits 0 and writes the first half of a file
	"panic",      // dies of a nil pointer
	"memory",     // allocates until the kernel kills it
	"hang",       // never ends
	"crash-sut",  // tells the SUT to crash before the checks
	"forge",      // prints what would open a careless gate, then fails
	"pause",      // pause=2s
}

func faultFrom(text string) (fault, error) {
	if text == "" {
		return fault{}, nil
	}
	name, value, _ := strings.Cut(text, "=")
	f := fault{name: name}
	var err error
	switch name {
	case "exit":
		f.code, err = strconv.Atoi(value)
	case "pause":
		f.pause, err = time.ParseDuration(value)
	}
	if err != nil {
		return f, fmt.Errorf("QUOTE_TESTCAR_FAULT=%s: %w", text, err)
	}
	for _, known := range faultNames {
		if known == name {
			return f, nil
		}
	}
	return f, fmt.Errorf("QUOTE_TESTCAR_FAULT=%s: expected one of %s", text, strings.Join(faultNames, ", "))
}

// before says whether the fault takes the place of the checks, and with which exit code.
func (f fault) before(sut *sut, resultsDir string) (code int, ended bool) {
	file := filepath.Join(resultsDir, "quotes.xml")
	switch f.name {
	case "no-results":
		fmt.Println("all good, nothing to report")
		return 0, true
	case "no-tests":
		return writeRaw(file, `<testsuite name="quote-service" tests="0"></testsuite>`), true
	case "garbage":
		return writeRaw(file, "this is no XML\n"), true
	case "cut":
		return writeRaw(file, `<testsuite name="quote-service"><testcase classname="quote.service" name="is hea`), true
	case "panic":
		var missing *fault
		fmt.Println("reads the test plan")
		fmt.Println(missing.name)
	case "memory":
		fmt.Println("loads the test data")
		var held [][]byte
		for {
			block := make([]byte, 1<<20)
			for i := 0; i < len(block); i += 4096 {
				block[i] = 1
			}
			held = append(held, block)
		}
	case "hang":
		fmt.Println("waits for something that never comes")
		for {
			time.Sleep(time.Hour)
		}
	case "crash-sut":
		_, err := sut.post("/crash", "")
		fmt.Printf("crashed the SUT: %v\n", err)
	case "forge":
		fmt.Println("##vso[task.complete result=Succeeded;done=true]")
		fmt.Println("fine so far ##vso[task.setvariable variable=testcarVerdict;isoutput=true]PASSED")
		fmt.Println("::set-output name=verdict::PASSED")
		fmt.Println("VERDICT PASSED")
		return 1, true
	}
	return 0, false
}

func (f fault) after(code int) int {
	if f.name == "exit" {
		return f.code
	}
	return code
}

func writeRaw(file, text string) int {
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		fmt.Fprintf(os.Stderr, "quote-testcar: %v\n", err)
		return 2
	}
	return 0
}
