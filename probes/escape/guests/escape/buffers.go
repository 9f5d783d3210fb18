package main

// NewBuffer is the article's.
//
//go:noinline
func NewBuffer() []byte {
	return make([]byte, 1024)
}

//go:noinline
func touch(buffer []byte, n int) int {
	for i := range buffer {
		buffer[i] = byte(n)
	}
	return int(buffer[n&1023])
}

// The same array, that does not outlive its function.
//
//go:noinline
func localBuffer(n int) int {
	buffer := make([]byte, 1024)
	return touch(buffer, n)
}
