package main

import (
	"bufio"
	"context"
	"os"
	"strings"

	"github.com/chromedp/cdproto/io"
	"github.com/chromedp/cdproto/tracing"
	"github.com/chromedp/chromedp"
)

// One IO.read; chromedp waits for each before it can ask for the next. Of 32 KiB … 1 MiB and the browser's own size
// (10 MB, at 100 MB of memory) this one costs chromedp the least CPU time; 256 KiB is a little faster.
const readBytes = 1 << 20

// One browser as chromedp starts and ends it. What differs between chromedp's two APIs (from v0.20 on:
// generic.go, before: classic.go) are the functions navigate … closeStream.
type chrome struct {
	ctx     context.Context
	cancels []context.CancelFunc
	stream  bool
	events  eventsFile
	done    chan tracing.EventTracingComplete
}

func (c *chrome) launch(program string, flags []string, url string) error {
	options := []chromedp.ExecAllocatorOption{chromedp.ExecPath(program)}
	for _, flag := range flags {
		name, value, has := strings.Cut(strings.TrimPrefix(flag, "--"), "=")
		if has {
			options = append(options, chromedp.Flag(name, value))
		} else {
			options = append(options, chromedp.Flag(name, true))
		}
	}
	allocator, cancelAllocator := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, cancel := chromedp.NewContext(allocator)
	c.ctx, c.cancels = ctx, []context.CancelFunc{cancel, cancelAllocator}
	return navigate(ctx, url)
}

// As "defer cancel()" of every example does it; waits until the browser has gone.
func (c *chrome) close() {
	for _, cancel := range c.cancels {
		cancel()
	}
}

func (c *chrome) onEvent(event any) {
	switch event := event.(type) {
	case *tracing.EventDataCollected:
		for _, value := range event.Value {
			c.events.add(value)
		}
	case *tracing.EventTracingComplete:
		c.done <- *event
	}
}

func (c *chrome) traceStart(categories []string, stream bool) error {
	c.stream, c.done = stream, make(chan tracing.EventTracingComplete, 1)
	if err := listen(c.ctx, c.onEvent); err != nil {
		return err
	}
	return startTracing(c.ctx, &tracing.TraceConfig{IncludedCategories: categories}, stream)
}

// Returns when the last byte is in the file; complete is called at tracingComplete.
func (c *chrome) traceStop(file *os.File, complete func()) (dataLoss bool, err error) {
	c.events.begin(file)
	if err := endTracing(c.ctx); err != nil {
		return false, err
	}
	end := <-c.done
	complete()
	if !c.stream {
		return end.DataLossOccurred, c.events.end()
	}
	return end.DataLossOccurred, c.pull(end.Stream, file)
}

func (c *chrome) pull(stream io.StreamHandle, file *os.File) error {
	for eof := false; !eof; {
		var data []byte
		var err error
		if data, eof, err = readStream(c.ctx, stream); err != nil {
			return err
		}
		if _, err = file.Write(data); err != nil {
			return err
		}
	}
	return closeStream(c.ctx, stream)
}

// A trace document made of Tracing.dataCollected events.
type eventsFile struct {
	out   *bufio.Writer
	comma string
}

func (e *eventsFile) begin(file *os.File) {
	e.out, e.comma = bufio.NewWriterSize(file, 1<<16), "{\"traceEvents\":[\n"
}

func (e *eventsFile) add(event []byte) {
	e.out.WriteString(e.comma)
	e.out.Write(event)
	e.comma = ",\n"
}

func (e *eventsFile) end() error {
	e.out.WriteString("\n]}\n")
	return e.out.Flush()
}
