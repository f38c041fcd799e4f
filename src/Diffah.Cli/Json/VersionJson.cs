using System.Runtime.InteropServices;
using Diffah.Engine.Configuration;

namespace Diffah.Cli.Json;

/// <summary>The data of <c>version</c>.</summary>
/// <param name="Tool">diffah.</param>
/// <param name="Version">For example 0.1.0.</param>
/// <param name="Runtime">For example .NET 10.0.0.</param>
/// <param name="Platform">For example linux-x64.</param>
internal sealed record VersionJson(string Tool, string Version, string Runtime, string Platform)
{
    public static VersionJson Current => new("diffah", HostEnvironment.ProductVersion, RuntimeInformation.FrameworkDescription, RuntimeInformation.RuntimeIdentifier);
}
