module wasmograph.example/segments/plain

go 1.19
