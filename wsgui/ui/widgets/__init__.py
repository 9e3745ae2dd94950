"""Small things that several rooms use: colours, chips, banners, dialogs, questions."""
