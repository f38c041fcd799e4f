using System.Formats.Asn1;
using System.Numerics;

namespace Diffah.Engine.Signing;

/// <summary>
/// What it costs to open a private key in PKCS#8 with a passphrase (RFC 5958, EncryptedPrivateKeyInfo), judged before
/// anything is computed: the file says how often a hash is to be repeated.
/// </summary>
internal static class Pkcs8Cost
{
    /// <summary>
    /// The most repetitions that are done: more than is advised for SHA-256, and a second or two of work.
    /// </summary>
    public const int MaximumIterations = 1_000_000;

    private const string Pbes2 = "1.2.840.113549.1.5.13";
    private const string Pkcs12Schemes = "1.2.840.113549.1.12.1.";
    private const string Pbkdf2 = "1.2.840.113549.1.5.12";

    /// <summary>Why a key is not opened, as the rest of a sentence; null where it may be tried.</summary>
    /// <param name="der">The file's content. What is not of the form is left to the import, which refuses it.</param>
    public static string? WhyRefused(ReadOnlyMemory<byte> der)
    {
        try
        {
            var algorithm = new AsnReader(der, AsnEncodingRules.BER).ReadSequence().ReadSequence();
            var scheme = algorithm.ReadObjectIdentifier();
            if (scheme.StartsWith(Pkcs12Schemes, StringComparison.Ordinal))
                return "is a key under one of the older schemes of PKCS#12, which is not supported.";
            if (scheme == Pbes2)
            {
                algorithm = algorithm.ReadSequence().ReadSequence();
                if (algorithm.ReadObjectIdentifier() != Pbkdf2)
                    return "is a key whose passphrase is not used with PBKDF2, which is not supported.";
            }
            // PBKDF2 and the older schemes of PKCS#5 begin alike: salt, count.
            var parameters = algorithm.ReadSequence();
            parameters.ReadEncodedValue();
            return parameters.ReadInteger() is var count && count > MaximumIterations
                ? $"is a key that takes {Shown(count)} rounds of hashing to open, more than {MaximumIterations}."
                : null;
        }
        catch (AsnContentException)
        {
            return null;
        }
    }

    private static string Shown(BigInteger count) => count > long.MaxValue ? "more than 2^63" : $"{(long)count}";
}
