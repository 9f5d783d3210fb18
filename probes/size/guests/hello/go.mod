module wasmograph.example/size/hello

go 1.19
