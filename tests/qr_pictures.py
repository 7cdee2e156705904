"""QR codes as SVG, to draw them with what is not ours."""

from issuer.credentials.qr import ErrorCorrection, dark_runs, qr_matrix


def qr_svg(
    text: str, *, error_correction: ErrorCorrection = "Q", border: int = 4
) -> str:
    """Return the code as an SVG whose unit is one module, sized by its viewBox."""
    matrix = qr_matrix(text, error_correction=error_correction)
    side = len(matrix) + 2 * border
    runs = "".join(
        f"M{x + border} {y + border}h{length}v1h-{length}z"
        for y, row in enumerate(matrix)
        for x, length in dark_runs(row)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" '
        f'shape-rendering="crispEdges"><path d="{runs}"/></svg>'
    )
