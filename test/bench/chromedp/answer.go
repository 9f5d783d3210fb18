package main

import (
	"encoding/json"
	"os"
	"sort"
)

type tally struct {
	Names       int     `json:"names"`
	Messages    int     `json:"messages"`
	MedianUs    float64 `json:"median_us"`
	Collections int     `json:"collections"`
}

type traceFile struct {
	TraceEvents []struct {
		Name string  `json:"name"`
		Ts   float64 `json:"ts"`
		Args struct {
			Data any `json:"data"`
		} `json:"args"`
	} `json:"traceEvents"`
}

// Events by name, collections, and how long messages took: as a user of chromedp would do it.
func answerOf(path string, begin [3]int64) (answer, error) {
	bytes, err := os.ReadFile(path)
	if err != nil {
		return answer{}, err
	}
	var trace traceFile
	if err := json.Unmarshal(bytes, &trace); err != nil {
		return answer{}, err
	}
	counts, posted, handled := map[string]int{}, map[string]float64{}, map[string]float64{}
	for _, event := range trace.TraceEvents {
		counts[event.Name]++
		data, _ := event.Args.Data.(map[string]any)
		id, _ := data["traceId"].(string)
		switch {
		case id == "":
		case event.Name == "SchedulePostMessage":
			posted[id] = event.Ts
		case event.Name == "HandlePostMessage":
			handled[id] = event.Ts
		}
	}
	var latencies []float64
	for id, ts := range handled {
		if begin, is := posted[id]; is {
			latencies = append(latencies, ts-begin)
		}
	}
	sort.Float64s(latencies)
	found := tally{Names: len(counts), Messages: len(latencies), Collections: counts["MinorGC"] + counts["MajorGC"]}
	if len(latencies) > 0 {
		found.MedianUs = latencies[len(latencies)/2]
	}
	return answer{Marks: marks{"begin": begin, "answered": mark()}, tally: &found}, nil
}
