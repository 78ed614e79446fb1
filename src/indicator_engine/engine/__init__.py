"""The story, and the embedding API: load a pack, evaluate it, get results.

    from indicator_engine import evaluate, load_pack
    pack = load_pack("indicators/nottinghamshire/2009-10.toml")
    results = evaluate(pack, events, register, as_of="2010-03-31")

Everything here is a few lines that hand on to the layer that knows. Files and plugins are read; nothing is kept. One
module each tells of packs, rows, event stores, importing into them, other people's databases, and explaining; who loads
packs alone imports nothing that evaluates.
"""
