// Drives chromedp for the bench: commands on stdin, one answer a line on stdout
// (clients.py has the protocol).
//
//	chromedp stream|events
//
// stream: Tracing with ReturnAsStream, io.Read to a file. events: what chromedp's users mostly do,
// Tracing.dataCollected events written to a file as they come.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"syscall"
	"unsafe"
)

type command struct {
	Do         string   `json:"do"`
	Program    string   `json:"program"`
	Flags      []string `json:"flags"`
	URL        string   `json:"url"`
	Categories []string `json:"categories"`
	Path       string   `json:"path"`
	Expression string   `json:"expression"`
}

type marks map[string][3]int64

type answer struct {
	Marks    marks       `json:"marks,omitempty"`
	Page     *pageResult `json:"page,omitempty"`
	DataLoss *bool       `json:"data_loss,omitempty"`
	*tally
	Error    string      `json:"error,omitempty"`
}

type pageResult struct {
	ElapsedMs float64 `json:"elapsed_ms"`
	Answered  int     `json:"answered"`
}

const clockMonotonic = 1

// Where we are: monotonic µs, CPU µs of this process, its voluntary switches.
func mark() [3]int64 {
	var now syscall.Timespec
	syscall.Syscall(syscall.SYS_CLOCK_GETTIME, clockMonotonic, uintptr(unsafe.Pointer(&now)), 0)
	var usage syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &usage)
	return [3]int64{now.Nano() / 1000, (usage.Utime.Nano() + usage.Stime.Nano()) / 1000, usage.Nvcsw}
}

func trace(c *chrome, order command, stream bool) (answer, error) {
	seen := marks{"begin": mark()}
	if err := c.traceStart(order.Categories, stream); err != nil {
		return answer{}, fmt.Errorf("tracing start: %w", err)
	}
	seen["started"] = mark()
	if err := reload(c.ctx); err != nil {
		return answer{}, fmt.Errorf("reload: %w", err)
	}
	seen["reloaded"] = mark()
	result, err := evaluate(c.ctx, order.Expression)
	if err != nil {
		return answer{}, fmt.Errorf("evaluate: %w", err)
	}
	seen["window_end"] = mark()
	file, err := os.Create(order.Path)
	if err != nil {
		return answer{}, err
	}
	defer file.Close()
	loss, err := c.traceStop(file, func() { seen["complete"] = mark() })
	if err != nil {
		return answer{}, fmt.Errorf("tracing stop: %w", err)
	}
	seen["disk"] = mark()
	return answer{Marks: seen, Page: &result, DataLoss: &loss}, nil
}

func obey(c *chrome, order command, stream bool) (answer, error) {
	begin := mark()
	switch order.Do {
	case "launch":
		err := c.launch(order.Program, order.Flags, order.URL)
		return answer{Marks: marks{"begin": begin, "loaded": mark()}}, err
	case "trace":
		return trace(c, order, stream)
	case "answer":
		return answerOf(order.Path, begin)
	case "close":
		c.close()
		return answer{Marks: marks{"begin": begin, "closed": mark()}}, nil
	}
	return answer{}, fmt.Errorf("no such command: %s", order.Do)
}

func main() {
	stream := len(os.Args) > 1 && os.Args[1] == "stream"
	browser := &chrome{}
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<20)
	out := json.NewEncoder(os.Stdout)
	for lines.Scan() {
		var order command
		var reply answer
		err := json.Unmarshal(lines.Bytes(), &order)
		if err == nil {
			reply, err = obey(browser, order, stream)
		}
		if err != nil {
			reply = answer{Error: err.Error()}
		}
		out.Encode(reply)
	}
}
