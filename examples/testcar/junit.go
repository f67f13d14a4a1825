package main

import (
	"encoding/xml"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

type junitSuite struct {
	XMLName  xml.Name    `xml:"testsuite"`
	Name     string      `xml:"name,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Time     string      `xml:"time,attr"`
	Cases    []junitCase `xml:"testcase"`
}

type junitCase struct {
	Classname string        `xml:"classname,attr"`
	Name      string        `xml:"name,attr"`
	Time      string        `xml:"time,attr"`
	Failure   *junitFailure `xml:"failure"`
}

type junitFailure struct {
	Message string `xml:"message,attr"`
}

// writeJUnit renames the finished file into place, so that a reader never meets half of it.
func writeJUnit(file string, outcomes []outcome) error {
	suite := junitSuite{Name: "quote-service"}
	var total time.Duration
	for _, o := range outcomes {
		c := junitCase{Classname: "quote." + o.group, Name: o.name, Time: seconds(o.took)}
		if o.err != nil {
			c.Failure = &junitFailure{Message: o.err.Error()}
			suite.Failures++
		}
		suite.Cases = append(suite.Cases, c)
		total += o.took
	}
	suite.Tests, suite.Time = len(outcomes), seconds(total)
	text, err := xml.MarshalIndent(suite, "", "  ")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	unfinished := file + ".part"
	if err := os.WriteFile(unfinished, append([]byte(xml.Header), append(text, '\n')...), 0o644); err != nil {
		return err
	}
	return os.Rename(unfinished, file)
}

func seconds(d time.Duration) string {
	return fmt.Sprintf("%.3f", d.Seconds())
}
