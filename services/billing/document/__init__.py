"""The bill as a document: the facts on paper, the QRs, and Typst that draws PDF and PNG."""
