module escape

go 1.19
