//go:build !tinygo

package main

const writtenBytes = 1 << 20
