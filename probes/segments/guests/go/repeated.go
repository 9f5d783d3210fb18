package main

// A MiB of one line, 16384 times.
const (
	line         = "The quick brown fox jumps over the lazy dog, again and again. 1\n"
	times4       = line + line + line + line
	times16      = times4 + times4 + times4 + times4
	times64      = times16 + times16 + times16 + times16
	times256     = times64 + times64 + times64 + times64
	times1024    = times256 + times256 + times256 + times256
	times4096    = times1024 + times1024 + times1024 + times1024
	repeatedText = times4096 + times4096 + times4096 + times4096
)
