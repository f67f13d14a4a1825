module quote-testcar

go 1.22
