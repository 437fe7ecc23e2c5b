"""Where items come from: feeds and sheets. A source turns what it reads into Items and says what it left out."""
