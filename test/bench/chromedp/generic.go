//go:build !classic

package main

import (
	"context"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/io"
	"github.com/chromedp/cdproto/tracing"
	"github.com/chromedp/chromedp"
)

func navigate(ctx context.Context, url string) error {
	return chromedp.Do(ctx, chromedp.Navigate(url))
}

func reload(ctx context.Context) error { return chromedp.Do(ctx, chromedp.Reload()) }

func evaluate(ctx context.Context, expression string) (pageResult, error) {
	return chromedp.Run(ctx, chromedp.Evaluate[pageResult](expression, chromedp.EvalAwaitPromise))
}

func listen(ctx context.Context, onEvent func(any)) error { return chromedp.Listen(ctx, onEvent) }

func startTracing(ctx context.Context, config *tracing.TraceConfig, stream bool) error {
	params := tracing.StartParams{TraceConfig: config}
	if stream {
		params.TransferMode = tracing.StartTransferModeReturnAsStream
	}
	_, err := chromedp.Call(ctx, tracing.Start, params)
	return err
}

func endTracing(ctx context.Context) error {
	_, err := chromedp.Call(ctx, tracing.End, cdp.Empty{})
	return err
}

func readStream(ctx context.Context, stream io.StreamHandle) (data []byte, eof bool, err error) {
	piece, err := chromedp.Call(ctx, io.Read, io.ReadParams{Handle: stream, Size: readBytes})
	return piece.Data, piece.EOF, err
}

func closeStream(ctx context.Context, stream io.StreamHandle) error {
	_, err := chromedp.Call(ctx, io.Close, io.CloseParams{Handle: stream})
	return err
}
