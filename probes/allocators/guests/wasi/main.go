// The article's bad() of section 3.1, as a whole program.
package main

//go:noinline
func bad() []int {
	s := make([]int, 1024)
	return s
}

func main() {
	s := bad()
	s[len(s)-1] = 1
	println("made", len(s))
}
