//go:build tinygo

package main

// TinyGo 0.31.2 computes initialisers element by element: a MiB takes it minutes.
const writtenBytes = 1 << 14
