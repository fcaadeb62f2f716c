"""A person's review of what a bundle holds for doubtful, and what comes of it.

``queue``      what there is to review: findings about one product, or about a pair, put together
``opinions``   what text and picture say of these products, by models that have not seen them
``panel``      a product under review as HTML
``decisions``  what reviewers decide, in a file of its own beside the bundle
``standing``   which decisions hold for this bundle, what is still to do
``export``     the decisions as a table for a spreadsheet
``refit``      heads trained again with the corrected categories, against the same heads without
``outcome``    what that changes
``keep``       a refit written as a bundle of its own
"""
