namespace Diffah.Engine.Compression.Gzip.Recipes;

/// <summary>A member of a gzip stream, or a raw deflate stream, which has neither header nor trailer.</summary>
/// <param name="Header">The header as it was written.</param>
/// <param name="Body">What makes the deflate stream.</param>
/// <param name="Trailer">The trailer as it was written.</param>
internal sealed record GzipMember(ReadOnlyMemory<byte> Header, DeflateRecipe Body, ReadOnlyMemory<byte> Trailer);
