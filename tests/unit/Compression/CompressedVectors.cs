namespace Diffah.Tests.Compression;

/// <summary>
/// One text, compressed by liblzma 5.4 and libbz2 1.0.8 (through Python): what is read here comes from elsewhere.
/// </summary>
internal static class CompressedVectors
{
    public static byte[] Content { get; } =
        [.. Enumerable.Repeat("The quick brown fox jumps over the lazy dog. "u8.ToArray(), 40).SelectMany(b => b)];

    /// <summary>xz whose check is NONE.</summary>
    public static byte[] XzNone { get; } = Convert.FromBase64String(
        "/Td6WFoAAAD/EtlBAgAhARYAAAB0L+Wj4AcHAD1dACoaCKIDJWbxS3jFogX/LubZ0iAarTT44h3oQTb63AZpuzzk"
        + "EDQnCeuzZuPtN5jtkq3VJ0UIMF5dcR2x1gAAAAAAAAFRiA4AAADvg85lqAAK/AIAAAAAAFla");

    /// <summary>xz whose check is CRC32.</summary>
    public static byte[] XzCrc32 { get; } = Convert.FromBase64String(
        "/Td6WFoAAAFpIt42AgAhARYAAAB0L+Wj4AcHAD1dACoaCKIDJWbxS3jFogX/LubZ0iAarTT44h3oQTb63AZpuzzk"
        + "EDQnCeuzZuPtN5jtkq3VJ0UIMF5dcR2x1gAAAAAA5sOVZAABVYgOAAAA+cFf/j4wDYsCAAAAAAFZWg==");

    /// <summary>xz whose check is CRC64.</summary>
    public static byte[] XzCrc64 { get; } = Convert.FromBase64String(
        "/Td6WFoAAATm1rRGAgAhARYAAAB0L+Wj4AcHAD1dACoaCKIDJWbxS3jFogX/LubZ0iAarTT44h3oQTb63AZpuzzk"
        + "EDQnCeuzZuPtN5jtkq3VJ0UIMF5dcR2x1gAAAAAA+dY03oJ+L60AAVmIDgAAAIIBnYmxxGf7AgAAAAAEWVo=");

    /// <summary>xz whose check is SHA256.</summary>
    public static byte[] XzSha256 { get; } = Convert.FromBase64String(
        "/Td6WFoAAArh+wyhAgAhARYAAAB0L+Wj4AcHAD1dACoaCKIDJWbxS3jFogX/LubZ0iAarTT44h3oQTb63AZpuzzk"
        + "EDQnCeuzZuPtN5jtkq3VJ0UIMF5dcR2x1gAAAAAASia8oxVgPoukdoivC5T4BhqHHKlfyzwDWPpqNXEj10EAAXGI"
        + "DgAAANmGYmK26d8cAgAAAAAKWVo=");

    /// <summary>xz with the filter for x86 code before LZMA2.</summary>
    public static byte[] XzX86 { get; } = Convert.FromBase64String(
        "/Td6WFoAAATm1rRGAgEEACEBFgANhjUf4AcHAD1dACoaCKIDJWbxS3jFogX/LubZ0iAarTT44h3oQTb63AZpuzzk"
        + "EDQnCeuzZuPtN5jtkq3VJ0UIMF5dcR2x1gAAAAAA+dY03oJ+L60AAVmIDgAAAIIBnYmxxGf7AgAAAAAEWVo=");

    /// <summary>xz with a dictionary of 256 MiB.</summary>
    public static byte[] Xz256 { get; } = Convert.FromBase64String(
        "/Td6WFoAAATm1rRGAgAhASAAAAAJiKV24AcHAD1dACoaCKIDJWbxS3jFogX/LubZ0iAarTT44h3oQTb63AZpuzzk"
        + "EDQnCeuzZuPtN5jtkq3VJ0UIMF5dcR2x1gAAAAAA+dY03oJ+L60AAVmIDgAAAIIBnYmxxGf7AgAAAAAEWVo=");

    /// <summary>bzip2.</summary>
    public static byte[] Bzip2 { get; } = Convert.FromBase64String(
        "QlpoOTFBWSZTWfiS1VUAANuTgEABBAA////wMADYBQADQAAFAANAAAFKlNTTRowmhtTbUmBOQmRPoTInwJqJgTUT"
        + "oJ7ifYmBOwmBOwTYTcJ3E8CdRNhPQT8EwJuEyJ3E0E5CaieBNBOon8JsJoJkTInQVeRPIn+LuSKcKEh8SWqqgA==");

    /// <summary>A .lzma file.</summary>
    public static byte[] Lzma { get; } = Convert.FromBase64String(
        "XQAAgAD//////////wAqGgiiAyVm8Ut4xaIF/y7m2dIgGq00+OId6EE2+twGabs85BA0Jwnrs2bj7TeY7ZKt1SdF"
        + "CDBeXXE33g8f//QcYAA=");
}
