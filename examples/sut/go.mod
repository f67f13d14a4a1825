module quote-service

go 1.22
