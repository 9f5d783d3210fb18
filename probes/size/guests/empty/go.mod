module wasmograph.example/size/empty

go 1.19
