module lookalike

go 1.19
