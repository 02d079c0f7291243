"""What made a picture: `picture.read` says it, `restore.request_of` makes a request of it.

One module a container (`png`, `jpeg`, …), one a tool's format (`own`, `a1111`, `comfy`, …); all
give a `found.Found`. No pixel is decoded and nothing heavy is imported; what a file may ask for
is bounded (`bounded`).
"""
