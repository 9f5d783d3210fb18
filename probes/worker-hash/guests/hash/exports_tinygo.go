//go:build tinygo

package main

// hash_bytes, as the article's worker calls it.
//
//export hash_bytes
func hash_bytes() { hashInput() }
