using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Diffah.Engine.Diagnostics;

namespace Diffah.Engine.Oci;

/// <summary>
/// A validated content digest, <c>algorithm:hex</c> (OCI image spec, descriptor.md#digests).
/// <c>default</c> is not a digest: every member except equality throws for it.
/// </summary>
public readonly record struct Digest : IComparable<Digest>
{
    internal const string DefaultAlgorithm = "sha256";

    private static readonly SearchValues<char> LowerHex = SearchValues.Create("0123456789abcdef");

    private readonly string? _text;

    private Digest(string text) => _text = text;

    /// <summary>The registered algorithm: sha256, sha384 or sha512.</summary>
    public string Algorithm => Text[..Text.IndexOf(':')];

    /// <summary>The lower-case hexadecimal part.</summary>
    public string Hex => Text[(Text.IndexOf(':') + 1)..];

    /// <summary>The first twelve hexadecimal digits, for people.</summary>
    public string ShortHex => Hex[..12];

    private string Text => _text ?? throw new InvalidOperationException("default(Digest) is not a digest.");

    /// <summary>Parses a digest.</summary>
    /// <param name="text">The text; null is refused.</param>
    /// <exception cref="DiffahException">InvalidDigest: unknown algorithm, wrong length, or not lower-case
    /// hexadecimal.</exception>
    public static Digest Parse(string? text) => TryParse(text, out var digest)
        ? digest
        : throw new DiffahException(
            DiffahErrors.InvalidDigest, $"'{Printable(text)}' is not a digest of the form algorithm:hex.");

    /// <summary>Parses a digest, without throwing.</summary>
    /// <param name="text">The text, or null.</param>
    /// <param name="digest">The digest where the answer is true.</param>
    public static bool TryParse([NotNullWhen(true)] string? text, out Digest digest)
    {
        digest = default;
        var colon = text?.IndexOf(':') ?? -1;
        if (colon < 0 || HexLength(text.AsSpan(0, colon)) is not { } length || text!.Length != colon + 1 + length)
            return false;
        if (text.AsSpan(colon + 1).ContainsAnyExcept(LowerHex))
            return false;
        digest = new Digest(text);
        return true;
    }

    /// <summary>The SHA-256 digest of bytes.</summary>
    /// <param name="content">The bytes.</param>
    public static Digest Compute(ReadOnlySpan<byte> content) => FromHash(DefaultAlgorithm, SHA256.HashData(content));

    /// <summary>The digest a finished hash stands for.</summary>
    /// <param name="algorithm">sha256, sha384 or sha512.</param>
    /// <param name="hash">The hash's bytes.</param>
    public static Digest FromHash(string algorithm, ReadOnlySpan<byte> hash) =>
        Parse($"{algorithm}:{Convert.ToHexStringLower(hash)}");

    /// <summary>True for the digest of bytes, by this digest's algorithm.</summary>
    /// <param name="content">The bytes.</param>
    internal bool IsOf(ReadOnlySpan<byte> content)
    {
        using var hash = CreateHash();
        hash.AppendData(content);
        return this == FromHash(Algorithm, hash.GetHashAndReset());
    }

    /// <summary>A hash of this digest's algorithm, to compute what is to be compared with it.</summary>
    public IncrementalHash CreateHash() => IncrementalHash.CreateHash(Algorithm switch
    {
        "sha256" => HashAlgorithmName.SHA256,
        "sha384" => HashAlgorithmName.SHA384,
        _ => HashAlgorithmName.SHA512,
    });

    /// <inheritdoc/>
    public int CompareTo(Digest other) => string.CompareOrdinal(_text, other._text);

    /// <inheritdoc/>
    public override string ToString() => _text ?? "";

    private static int? HexLength(ReadOnlySpan<char> algorithm) => algorithm switch
    {
        "sha256" => 64,
        "sha384" => 96,
        "sha512" => 128,
        _ => null,
    };

    private static string Printable(string? text) => ShortText.Cut(text, 150);

    /// <summary>Orders by text, ordinally.</summary>
    public static bool operator <(Digest left, Digest right) => left.CompareTo(right) < 0;

    /// <summary>Orders by text, ordinally.</summary>
    public static bool operator >(Digest left, Digest right) => left.CompareTo(right) > 0;

    /// <summary>Orders by text, ordinally.</summary>
    public static bool operator <=(Digest left, Digest right) => left.CompareTo(right) <= 0;

    /// <summary>Orders by text, ordinally.</summary>
    public static bool operator >=(Digest left, Digest right) => left.CompareTo(right) >= 0;
}
