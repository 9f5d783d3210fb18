package main

func main() {
	noSuchThing()
}
