// Allocates nothing.
package main

func main() {}
