// The smallest program that there is.
package main

func main() {}
