namespace Diffah.Engine.Diagnostics;

/// <summary>The whole image, what travels for it, and so what is spared: the one place that reckons it.</summary>
/// <param name="ImageBytes">Size of the image as it is, in bytes, each distinct blob once.</param>
/// <param name="TravelingBytes">Bytes that travel for it.</param>
public readonly record struct Savings(long ImageBytes, long TravelingBytes)
{
    /// <summary>Bytes of the image that need not travel; negative where more travels than the image has.</summary>
    public long SparedBytes => ImageBytes - TravelingBytes;

    /// <summary><see cref="SparedBytes"/> as a fraction of <see cref="ImageBytes"/>; 0 for an empty image.</summary>
    public double SparedRatio => ImageBytes == 0 ? 0 : (double)SparedBytes / ImageBytes;
}
