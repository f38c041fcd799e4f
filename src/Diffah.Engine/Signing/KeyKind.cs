using System.Formats.Asn1;
using System.Security.Cryptography;
using Diffah.Engine.Diagnostics;

namespace Diffah.Engine.Signing;

/// <summary>Describes a key in plain words, so that a user recognises a wrong one.</summary>
internal static class KeyKind
{
    /// <summary>The object identifier of the curve P-256 (SEC 2: secp256r1).</summary>
    public const string P256 = "1.2.840.10045.3.1.7";

    private const string EllipticCurve = "1.2.840.10045.2.1";

    private static readonly Dictionary<string, string> Names = new(StringComparer.Ordinal)
    {
        ["1.2.840.113549.1.1.1"] = "an RSA key",
        ["1.2.840.113549.1.1.10"] = "an RSA-PSS key",
        ["1.2.840.10040.4.1"] = "a DSA key",
        ["1.3.101.110"] = "an X25519 key",
        ["1.3.101.112"] = "an Ed25519 key",
        ["1.3.101.113"] = "an Ed448 key",
        [P256] = "an elliptic-curve key on P-256",
        ["1.3.132.0.34"] = "an elliptic-curve key on P-384",
        ["1.3.132.0.35"] = "an elliptic-curve key on P-521",
        ["1.3.132.0.10"] = "an elliptic-curve key on secp256k1",
    };

    /// <summary>The kind of a private key in PKCS#8 (RFC 5958); null for other content.</summary>
    public static string? OfPkcs8(ReadOnlyMemory<byte> der) => Read(der, sequence =>
    {
        sequence.ReadInteger();
        return OfAlgorithm(sequence.ReadSequence());
    });

    /// <summary>
    /// The kind of a public key in PKIX form (RFC 5280, SubjectPublicKeyInfo); null for other content.
    /// </summary>
    public static string? OfPublicKey(ReadOnlyMemory<byte> der) =>
        Read(der, sequence => OfAlgorithm(sequence.ReadSequence()));

    /// <summary>
    /// The kind of a private key in SEC1 (RFC 5915, ECPrivateKey); null for other content, and where it does not say.
    /// </summary>
    public static string? OfSec1(ReadOnlyMemory<byte> der) => Read(der, sequence =>
    {
        sequence.ReadInteger();
        sequence.ReadOctetString();
        return OfCurve(sequence.ReadSequence(new Asn1Tag(TagClass.ContextSpecific, 0)));
    });

    /// <summary>
    /// Refuses any other kind before the key is imported: a curve that the file itself describes can be of any size.
    /// </summary>
    /// <param name="kind">What the file says.</param>
    /// <param name="file">The file.</param>
    /// <param name="purpose">What the key is for: signing, verifying.</param>
    /// <exception cref="DiffahException">KeyInvalid.</exception>
    public static void RequireP256(string kind, KeyFile file, string purpose)
    {
        if (kind != Names[P256])
            throw file.Invalid($"is {kind}, or it is damaged; {purpose} takes ECDSA P-256.");
    }

    /// <summary>The kind of a key on a curve.</summary>
    public static string Of(ECCurve curve) =>
        Name(curve.Oid?.Value, "an elliptic-curve key on another curve than P-256");

    private static string OfAlgorithm(AsnReader algorithm)
    {
        var identifier = algorithm.ReadObjectIdentifier();
        return identifier == EllipticCurve
            ? OfCurve(algorithm)
            : Name(identifier, $"a key of the algorithm {ShortText.Cut(identifier, 80)}");
    }

    private static string OfCurve(AsnReader parameters)
    {
        var isNamed = parameters.HasData && parameters.PeekTag() == Asn1Tag.ObjectIdentifier;
        return Name(
            isNamed ? parameters.ReadObjectIdentifier() : null, "an elliptic-curve key on another curve than P-256");
    }

    private static string Name(string? identifier, string otherwise) =>
        identifier is null ? otherwise : Names.GetValueOrDefault(identifier, otherwise);

    private static string? Read(ReadOnlyMemory<byte> der, Func<AsnReader, string> read)
    {
        try
        {
            return read(new AsnReader(der, AsnEncodingRules.BER).ReadSequence());
        }
        catch (AsnContentException)
        {
            return null;
        }
    }
}
