namespace Diffah.PowerShell.Commands;

/// <summary>Where a cmdlet's page is on the web, for <c>Get-Help -Online</c>.</summary>
internal static class HelpPages
{
    /// <summary>The folder of all pages; a page is named like its cmdlet, with <see cref="Suffix"/>.</summary>
    public const string Folder = "https://github.com/diffah/diffah/blob/main/docs/cmdlets/";

    /// <summary>What a page's name ends in.</summary>
    public const string Suffix = ".md";
}
