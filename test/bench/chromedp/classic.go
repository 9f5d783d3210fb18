//go:build classic

package main

import (
	"context"

	"github.com/chromedp/cdproto/io"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/tracing"
	"github.com/chromedp/chromedp"
)

func navigate(ctx context.Context, url string) error {
	return chromedp.Run(ctx, chromedp.Navigate(url))
}

func reload(ctx context.Context) error { return chromedp.Run(ctx, chromedp.Reload()) }

func evaluate(ctx context.Context, expression string) (result pageResult, err error) {
	err = chromedp.Run(ctx, chromedp.Evaluate(expression, &result,
		func(params *runtime.EvaluateParams) *runtime.EvaluateParams { return params.WithAwaitPromise(true) }))
	return result, err
}

func listen(ctx context.Context, onEvent func(any)) error {
	chromedp.ListenTarget(ctx, onEvent)
	return nil
}

func startTracing(ctx context.Context, config *tracing.TraceConfig, stream bool) error {
	params := tracing.Start().WithTraceConfig(config)
	if stream {
		params = params.WithTransferMode(tracing.TransferModeReturnAsStream)
	}
	return chromedp.Run(ctx, params)
}

func endTracing(ctx context.Context) error { return chromedp.Run(ctx, tracing.End()) }

func readStream(ctx context.Context, stream io.StreamHandle) (data []byte, eof bool, err error) {
	err = chromedp.Run(ctx, chromedp.ActionFunc(func(ctx context.Context) error {
		var text string
		text, eof, err = io.Read(stream).WithSize(readBytes).Do(ctx)
		data = []byte(text)
		return err
	}))
	return data, eof, err
}

func closeStream(ctx context.Context, stream io.StreamHandle) error {
	return chromedp.Run(ctx, io.Close(stream))
}
