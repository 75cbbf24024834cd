"""The bytes of virtual hard disk files: VHD (specification 1.0), VHDX and VHD sets (MS-VHDX).

``facts.ImageFacts`` says what a file holds; ``formats.layout`` makes its bytes on demand, ``formats.parse``
reads them back. Nothing here knows the machine, and nothing keeps more than the parts that a client uploaded.
"""
