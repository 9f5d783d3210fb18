// The article's bad() of section 3.1, word for word.
package main

func bad() {
	s := make([]int, 1024)
}

func main() {
	bad()
}
